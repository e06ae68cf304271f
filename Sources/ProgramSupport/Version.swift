/// The version that `ordersync version` prints and the log's first line names.
public let orderSyncVersion = "0.1.0"
