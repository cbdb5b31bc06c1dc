import COpenBLAS
public func threads() { openblas_set_num_threads(1) }
