public import ArgumentParser
public import SandboxGateway

extension SandboxPlatform: ExpressibleByArgument {}
