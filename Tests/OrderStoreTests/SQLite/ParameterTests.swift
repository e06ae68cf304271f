import Testing

@testable import OrderStore

/// Parameters are bound by name.
@Suite struct ParameterTests {
    @Test func namesAreInSnakeCase() {
        for (parameter, name) in [
            (.shopID, "shop_id"), (.itemIDs, "item_ids"), (.outerSkuID, "outer_sku_id"),
            (.askedMs, "asked_ms"), (.now, "now"),
        ] as [(Parameter, String)] {
            #expect(Parameter(sqlName: name) == parameter)
        }
        #expect(Parameter(sqlName: "shopID") == nil)
        #expect(Parameter(sqlName: "") == nil)
    }

    /// The order of the parameters in the SQL is of no account, and one may occur twice.
    @Test func valuesGoWhereTheirNamesAre() throws {
        let database = try Database(path: ":memory:")
        let statement = try database.prepare("SELECT :until_at, :from_at, :until_at + 1")
        statement.bind(.fromAt, 1)
        statement.bind(.untilAt, 2)
        #expect(try statement.step())
        #expect((0..<3).map { statement.integer($0) } == [2, 1, 3])
        #expect(statement.has(.fromAt))
        #expect(!statement.has(.now))
    }

    @Test func whatMayBeMissingIsIgnored() throws {
        let database = try Database(path: ":memory:")
        let statement = try database.prepare("SELECT :now", ignoring: ["title", "now"])
        statement.bind(.title, "a title")
        statement.bind(.now, 5)
        #expect(try statement.step())
        #expect(statement.integer(0) == 5)
    }

    @Test(arguments: [
        ("SELECT :from_at", "a parameter is missing"), ("SELECT :now, :from_at", "one is unbound"),
        ("SELECT :nowhere", "a name is unknown"), ("SELECT ?1", "it has a number"),
    ])
    func wrongParametersTrap(sql: String, why: String) async {
        await #expect(processExitsWith: .failure) { [sql] in
            let statement = try Database(path: ":memory:").prepare(sql)
            statement.bind(.now, 1)
            _ = try statement.step()
        }
    }
}
