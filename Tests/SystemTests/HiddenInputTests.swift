import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// A pasted session is on no screen, and the terminal shows again afterwards, whatever ends
    /// the program.
    @Suite struct HiddenInputTests {
        private func prompted(_ site: Site) async throws -> Terminal {
            let terminal = try Terminal()
            try terminal.start(
                Child.binary,
                ["auth", "import", "shop1", "--expires", "365d", "--config", site.configuration])
            try await wait("the prompt") { terminal.shown.contains("then Enter") }
            try await wait("the terminal to show nothing") { !terminal.echoes }
            return terminal
        }

        @Test func aPastedSessionIsNotShown() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            try site.useStoredSession()
            let terminal = try await prompted(site)
            let session = site.gateway.shops[0].session
            // A pasted line may have others behind it: they are secrets too.
            try await terminal.type("\(session)\nbehind-it")
            #expect(await terminal.ending() == .exited(0), "\(terminal.shown)")
            #expect(!terminal.shown.contains(session.prefix(8)), "\(terminal.shown)")
            #expect(!terminal.shown.contains("behind"), "\(terminal.shown)")
            #expect(terminal.echoes)
            #expect(terminal.pendingInput() == "")
            #expect(try site.stored(member: "access_token") == session)
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
        func theTerminalShowsAgain(signal: Int32) async throws {
            let site = try await Site(Site.Settings(orders: 5))
            try site.useStoredSession()
            let terminal = try await prompted(site)
            try await terminal.type("half-a-sess")
            terminal.signal(signal)
            #expect(await terminal.ending() == .killed(signal: signal))
            #expect(terminal.echoes)
            #expect(!terminal.shown.contains("half"), "\(terminal.shown)")
            // Else the shell would read it next, and show it.
            #expect(terminal.pendingInput() == "")
            #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/sessions.json"))
        }
    }
}
