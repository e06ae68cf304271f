/// What an app wants done, and what its shops have to know.
struct AppResponse: Sendable {
    var actions: [SyncAction] = []
    var effects: [ShopEffect] = []

    mutating func log(_ note: SyncNote) { actions.append(.note(note)) }
}
