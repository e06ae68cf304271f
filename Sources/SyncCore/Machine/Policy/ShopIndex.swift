/// The position of a shop in the machine.
struct ShopIndex: Hashable, Sendable {
    let position: Int
}

extension [ShopMachine] {
    var places: [ShopIndex] { indices.map(ShopIndex.init(position:)) }

    subscript(index: ShopIndex) -> ShopMachine {
        _read { yield self[index.position] }
        _modify { yield &self[index.position] }
    }
}
