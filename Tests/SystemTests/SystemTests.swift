import Testing

/// The real binary against the sandbox gateway. `Tests/run` limits how many run at a time. The time
/// limit ends a test that stands still; none may depend on how fast the machine is.
@Suite(.timeLimit(.minutes(30))) enum SystemTests {}
