/// The seeded generator behind everything the sandbox invents: the same seed gives the same life
/// on every machine. (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.)
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A generator of its own for one thing, named by numbers: independent of how many draws
    /// anything else has made.
    init(seed: UInt64, _ path: UInt64...) {
        state = path.reduce(seed) { SplitMix64.mixed($0 &+ 0x9E37_79B9_7F4A_7C15 &* ($1 &+ 1)) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mixed(state)
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

    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
