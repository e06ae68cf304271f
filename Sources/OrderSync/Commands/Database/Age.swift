import ArgumentParser

/// A span of time on the command line: `180d`, `26w`, `48h`.
struct Age: ExpressibleByArgument, Equatable {
    var seconds: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["h": 3_600, "d": 86_400, "w": 7 * 86_400]
        guard let last = argument.last, let unit = units[last],
            let count = Int64(argument.dropLast()), (0...1_000_000).contains(count),
            argument.first?.isNumber == true
        else { return nil }
        seconds = count * unit
    }
}
