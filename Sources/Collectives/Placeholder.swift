import CMPI
public func x() -> Int32 { var v: Int32 = 0; _ = MPI_Initialized(&v); return v }
