import Configuration
import OrderStore

/// The line of `check` about the database.
struct DatabaseProbe {
    private let path: String

    init(_ configuration: Configuration) {
        path = configuration.storePath
    }

    func finding() -> CheckCommand.Finding {
        let probe: OrderStore.Probe
        do throws(StoreError) {
            probe = try OrderStore.probe(path: path)
        } catch {
            return CheckCommand.Finding(
                subject: "database", isGood: false, text: error.line, status: error.exitStatus)
        }
        switch probe {
        case .new: return good("\(path): not there yet, `run` will make it")
        case .current: return good("\(path): writable")
        case .older(let found, let newest):
            var finding = good(
                "\(path): writable, of schema version \(found); the next start of `run` brings it "
                    + "to \(newest) and keeps what was as \(path).v\(found): have twice its space "
                    + "free")
            finding.isNote = true
            return finding
        }
    }

    /// The note about calls that could not be counted, which is no fault of its own: the reason is,
    /// and no other process can count then either.
    func uncounted(_ error: StoreError) -> CheckCommand.Finding {
        var finding = good("the calls of this check are not counted with the day's: \(error.line)")
        finding.isNote = true
        return finding
    }

    private func good(_ text: String) -> CheckCommand.Finding {
        CheckCommand.Finding(subject: "database", isGood: true, text: text)
    }
}
