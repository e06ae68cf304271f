import Testing

@testable import ProgramSupport

@Suite struct ConsoleTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("天猫", 4), ("a猫b", 4), ("。", 2), ("Ａ", 2), ("한", 2),
        ("🎁", 2), ("…", 1), ("·", 1), ("𠮷", 2), ("e\u{301}", 1), ("❤\u{FE0F}", 1),
    ])
    func theWidthCountsColumns(text: String, columns: Int) {
        #expect(DisplayText.width(text) == columns)
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (-1_000, "-1,000"), (-999, "-999"),
        (1_234_567, "1,234,567"), (Int64.max, "9,223,372,036,854,775,807"),
        (Int64.min, "-9,223,372,036,854,775,808"),
    ])
    func numbersAreGrouped(number: Int64, text: String) {
        #expect(DisplayText.grouped(number) == text)
    }

    @Test(arguments: [(0, "0 shops"), (1, "1 shop"), (2, "2 shops"), (1_000, "1,000 shops")])
    func theCountHasItsUnit(number: Int, text: String) {
        #expect(DisplayText.count(number, "shop") == text)
    }

    @Test(arguments: [
        (0, "0s"), (4, "4s"), (119, "119s"), (120, "2m"), (7_199, "119m"), (7_200, "2h 0m"),
        (12_000, "3h 20m"), (172_799, "47h 59m"), (172_800, "2d"), (432_000, "5d"), (-5, "-5s"),
    ])
    func durationsAreReadable(seconds: Int64, text: String) {
        #expect(DisplayText.duration(seconds) == text)
    }

    @Test func tableAlignsByColumnsTaken() {
        let table = DisplayText.table(
            [["shop", "rows", "state"], ["天猫店", "12", "active"], ["b", "1,234", "paused"]],
            rightAligned: [1])
        #expect(
            table == """
                shop     rows  state
                天猫店     12  active
                b       1,234  paused
                """)
    }

    @Test func tableTakesEmptyAndRaggedRows() {
        #expect(DisplayText.table([]).isEmpty)
        #expect(DisplayText.table([[]]).isEmpty)
        #expect(DisplayText.table([["a", "b"], ["ccc"], ["d", "e"]]) == "a    b\nccc\nd    e")
        #expect(DisplayText.table([["a"], ["bbb"]], rightAligned: [0]) == "  a\nbbb")
    }
}
