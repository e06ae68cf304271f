internal import SyncCore

/// What the sandbox draws from the seeded generator: the same seed gives the same life on every
/// machine.
extension SplitMix64 {
    /// A separate generator for one thing, named by numbers: independent of how many draws
    /// anything else has made.
    init(seed: UInt64, _ path: UInt64...) {
        self.init(
            seed: path.reduce(seed) { seed, step in
                SplitMix64.mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* step)
            })
    }

    /// The first number that a seed gives: a hash of it.
    static func mixed(_ seed: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: seed)
        return generator.next()
    }

    /// A number in `0..<count`. The bias of the remainder is below 2^-40 for our small counts.
    mutating func below(_ count: Int) -> Int {
        Int(next() % UInt64(count))
    }

    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// A number in `0..<1`.
    mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// True with the probability given. Draws nothing for a probability of 0, so that a
    /// misbehaviour that is off does not disturb the others.
    mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && fraction() < probability
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
