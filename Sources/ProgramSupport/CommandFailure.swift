/// A command cannot do its work: one line for the operator, and the code to exit with.
public struct CommandFailure: Error {
    public var status: ExitStatus
    public var line: String

    public init(_ status: ExitStatus, _ line: String) {
        self.status = status
        self.line = line
    }
}
