import ArgumentParser
import Logging
import Metrics
import ServiceLifecycle
import TOMLKit
import Platforms
import SandboxGateway

@main
struct Main: AsyncParsableCommand {}
