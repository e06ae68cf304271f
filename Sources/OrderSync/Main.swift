import ArgumentParser
import Logging
import Metrics
import Platforms
import SandboxGateway
import ServiceLifecycle
import TOMLKit

@main
struct Main: AsyncParsableCommand {}
