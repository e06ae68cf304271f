public import WireFormat

extension Platform {
    /// What its JSON states about buyers and receivers.
    public var personalMembers: PersonalMembers {
        switch self {
        case .taobao: TaobaoPersonalMembers.all
        case .pinduoduo: PinduoduoPersonalMembers.all
        }
    }
}
