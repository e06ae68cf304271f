import Foundation
import Testing

extension SystemTests {
    /// `ordersync report` as people type it.
    @Suite struct ReportCommandTests {
        private func report(
            _ arguments: [String], _ folder: String
        ) async throws -> (code: Int32, output: String, errors: String) {
            try await ordersync(
                ["report", "--database", folder + "/demo.db"] + arguments, folder: folder)
        }

        private func demo() async throws -> String {
            let folder = NSTemporaryDirectory() + "ordersync-report-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let demo = ["demo", "--orders", "100", "--database", folder + "/demo.db"]
            let result = try await ordersync(demo, folder: folder, within: 40)
            #expect(result.code == 0, "\(result.errors)")
            return folder
        }

        @Test func theReportReportsTheDemo() async throws {
            let folder = try await demo()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var totals: Set<String> = []
            for group in ["day", "shop", "status", "item", "province"] {
                let json = try await report(["--by", group, "--format", "json"], folder)
                #expect(json.code == 0, "\(json.errors)")
                #expect(json.errors.isEmpty, "\(json.errors)")
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(json.output.utf8))
                        as? [String: Any])
                var total = try #require(object["total"] as? [String: Any])
                total["quantity"] = nil
                totals.insert(total.sorted { $0.key < $1.key }.description)
            }
            #expect(totals.count == 1, "every report is of the same sales: \(totals)")

            let table = try await report(["--lang", "zh", "--shop", "demo"], folder)
            #expect(table.output.contains("合计"))
            #expect(table.output.hasSuffix("\n"))
            let page = try await report(["--output", folder + "/sales.html"], folder)
            #expect(page.code == 0)
            #expect(page.output.isEmpty)
            #expect(page.errors.isEmpty)
            let html = try String(contentsOfFile: folder + "/sales.html", encoding: .utf8)
            #expect(html.hasPrefix("<!DOCTYPE html>"))
            #expect(html.hasSuffix("</html>\n"))
            #expect(!html.contains("**"), "no buyer's name, blurred or not")
            let device = try await report(["--output", "/dev/stdout"], folder)
            #expect(device.code == 0, "\(device)")
            #expect(device.output.contains("2"), "\(device)")
            let goods = ["--by", "item", "--excel", "--output", folder + "/goods.csv"]
            #expect(try await report(goods, folder).code == 0)
            let bytes = try Data(contentsOf: URL(filePath: folder + "/goods.csv"))
            #expect(bytes.starts(with: Data("\u{FEFF}row,item,".utf8)))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!left.contains { $0.hasSuffix(".tmp") })
        }

        @Test func whatCannotBeDoneIsOneLine() async throws {
            let folder = try await demo()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for (arguments, code, line) in [
                (["--from", "11/11"], 64, "--from 11/11 is no day; give yyyy-mm-dd"),
                (["--from", "2025-02-02", "--to", "2025-02-01"], 64, "is after --to"),
                (["--shop", "none"], 64, "no shop none in the database; it has demo"),
                (["--output", folder + "/none/a.csv"], 1, "a.csv cannot be written"),
                (["--output", folder], 1, "cannot be written"),
                (["--database", folder + "/none.db"], 73, "none.db cannot be opened"),
            ] as [([String], Int32, String)] {
                let result = try await report(arguments, folder)
                #expect(result.code == code)
                #expect(result.output.isEmpty)
                #expect(result.errors.contains(line), "\(result.errors)")
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            for arguments in [
                ["--by", "week"], ["--format", "pdf"], ["--lang", "fr"],
                ["--config", "a.toml"], ["--excel"], ["--excel", "--format", "json"],
            ] {
                #expect(try await report(arguments, folder).code == 64, "\(arguments)")
            }
            let none = ["report", "--config", "/nonexistent.toml"]
            #expect(try await ordersync(none, folder: folder).code == 78)
            // Whatever this machine has there: it is read, and a crash would be 132 or so.
            let standard = try await ordersync(["report"], folder: folder)
            #expect([0, 73, 78].contains(standard.code), "\(standard)")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!left.contains { $0.hasSuffix(".tmp") })
        }
    }
}
