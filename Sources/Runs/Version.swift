/// The program's version.
public let lockstepVersion = "0.2.0"
