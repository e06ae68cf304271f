import Testing

@testable import Engine
@testable import OrderSync

/// What `systemctl status` shows of the service.
@Suite struct DaemonStatusTests {
    @Test func theTextSaysTheLag() {
        let progress = EngineProgress(
            calls: 12, ordersCreated: 3, ordersUpdated: 4, hasSucceeded: true, lagSeconds: 150)
        #expect(
            Daemon.statusText(progress, refusal: nil) == "lag 2m, 7 changes stored, 12 calls")
    }

    /// Ready without a success needs a reason, even while the first call still hangs.
    @Test func theTextSaysWhyItIsDegraded() {
        let hanging = Daemon.statusText(EngineProgress(calls: 1), refusal: nil)
        #expect(hanging.hasSuffix("1 calls; trouble: the platform has not answered yet"))
        let failing = EngineProgress(calls: 1, failedCalls: 1, trouble: "connect: no")
        #expect(Daemon.statusText(failing, refusal: nil).hasSuffix("; trouble: connect: no"))
    }

    @Test func theStatusNamesARefusedConfiguration() {
        let text = Daemon.statusText(EngineProgress(hasSucceeded: true), refusal: "a.toml:3: no")
        #expect(text.hasSuffix("; configuration refused, the old one stays: a.toml:3: no"))
    }
}
