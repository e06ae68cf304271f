/// The position of an app in the machine. A shop's position has another type, so that the two
/// cannot be swapped.
struct AppIndex: Hashable, Sendable {
    let position: Int
}

extension [AppMachine] {
    var places: [AppIndex] { indices.map(AppIndex.init(position:)) }

    subscript(index: AppIndex) -> AppMachine {
        _read { yield self[index.position] }
        _modify { yield &self[index.position] }
    }
}
