import Testing

/// The real binary against the sandbox gateway. One after the other: the processes would compete
/// for the machine, and the rates that some of them measure would suffer.
@Suite(.serialized, .timeLimit(.minutes(3))) enum SystemTests {}
