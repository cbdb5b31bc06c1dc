import Formats
import Testing

/// Expects a `FileError` of bad content whose text contains the message.
func expectMalformed(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) {
    expectFileError(.malformed, message, sourceLocation: sourceLocation, body)
}

/// Expects a `FileError` of that kind whose text contains the message.
func expectFileError(
    _ kind: FileError.Kind, _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> some Any
) {
    let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try body() }
    guard let error else { return }
    #expect(error.kind == kind, sourceLocation: sourceLocation)
    #expect(
        error.description.contains(message), "got: \(error.description)", sourceLocation: sourceLocation)
}

/// For damaged input: any outcome but an error of another type, or a crash.
func expectFileErrorOrValue(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
    do {
        try body()
    } catch is FileError {
    } catch {
        Issue.record("expected a FileError, got \(error)", sourceLocation: sourceLocation)
    }
}
