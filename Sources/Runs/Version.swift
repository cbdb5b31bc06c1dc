/// The program's version.
public let lockstepVersion = "0.1.0"
