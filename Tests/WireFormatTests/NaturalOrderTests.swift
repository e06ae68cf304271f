import Testing

@testable import WireFormat

@Suite struct NaturalOrderTests {
    @Test func numbersCountAndTheOrderIsTotal() {
        let names = [
            "", "1", "2", "10", "a", "a1b2", "a1b10", "a2", "shop", "shop01", "shop1", "shop1-2",
            "shop1-10", "shop2", "shop02x", "shop2x", "shop10", "shop99999999999999999999",
            "shop100000000000000000000", "shop-prices", "店2", "店10",
        ]
        let expected = [
            "", "1", "2", "10", "a", "a1b2", "a1b10", "a2", "shop", "shop-prices", "shop01",
            "shop1", "shop1-2", "shop1-10", "shop2", "shop02x", "shop2x", "shop10",
            "shop99999999999999999999", "shop100000000000000000000", "店2", "店10",
        ]
        #expect(names.shuffled().sorted(by: NaturalOrder.precedes) == expected)
        for name in names { #expect(!NaturalOrder.precedes(name, name)) }
    }
}
