public import OrderStore
public import SyncCore
import WireFormat

/// What is said of prices in words, in the reader's language.
public struct PriceText: Sendable {
    public let language: ReportLanguage

    public init(language: ReportLanguage) {
        self.language = language
    }

    func pick(_ chinese: String, _ english: String) -> String {
        language == .zh ? chinese : english
    }

    var languageTag: String { pick("zh-CN", "en") }
    public var title: String { pick("到手价", "Price after coupon") }
    public var goods: String { pick("商品", "Goods") }
    public var single: String { pick("单买价", "Alone") }
    public var group: String { pick("拼团价", "In a group") }
    public var coupon: String { pick("优惠券", "Coupon") }
    public var final: String { pick("到手价", "After coupon") }
    var best: String { pick("最优价", "At best") }
    public var platform: String { pick("平台优惠", "Platform") }
    var jinbao: String { pick("平台测算价", "Platform's own") }
    public var extras: String { pick("另有", "Besides") }
    var observed: String { pick("时间（北京）", "Since (Beijing)") }
    public var history: String { pick("价格走势", "History") }
    var notOffered: String { pick("已下架或不在推广中", "not offered") }
    public var failed: String { pick("读取失败", "cannot be read") }
    var noHistory: String {
        pick("还没有历史：请在配置里加 [[price_watch]]。", "No history yet: add a [[price_watch]].")
    }
    var lowest: String { pick("历史最低", "Lowest") }
    var highest: String { pick("历史最高", "Highest") }
    var bestNote: String {
        pick(
            "最优价另计平台优惠（或平台测算价）；叠加规则没有公开，仅供参考。",
            "At best counts the platform's discounts (or its own computed price): how they go "
                + "together with coupons is not documented, so take it for a hint.")
    }

    public func yuan(_ fen: Int64?) -> String { fen.map { Fen.yuanText($0) } ?? "-" }

    public func minute(_ instant: UTCInstant) -> String {
        String(BeijingTime.text(instant).prefix(16))
    }

    /// Whether the coupon can be used, and why not.
    public func coupon(of price: WatchedPrice) -> String {
        let amount = yuan(price.coupon.discountFen)
        let from = yuan(price.coupon.thresholdFen)
        let end = price.coupon.endsAt.map(minute) ?? "-"
        let start = price.coupon.startsAt.map(minute) ?? "-"
        switch price.couponState {
        case .none:
            return pick("无券", "none")
        case .usable:
            return pick("满 \(from) 减 \(amount)，至 \(end)", "\(amount) off from \(from), to \(end)")
        case .future:
            return pick("减 \(amount)，\(start) 开始", "\(amount) off, begins \(start)")
        case .expired:
            return pick("减 \(amount)，已于 \(end) 过期", "\(amount) off, ended \(end)")
        case .soldOut:
            return pick("减 \(amount)，已领完", "\(amount) off, all taken")
        case .belowThreshold:
            return pick("满 \(from) 才减 \(amount)", "\(amount) off, but from \(from) only")
        }
    }

    /// Further statements of the platform that no price is computed with. Empty for none.
    public func extras(of price: WatchedPrice) -> String {
        let extras = price.extras
        var parts: [String] = []
        if price.isPublic { parts.append(pick("公开价（未用 PID）", "price for everyone, no PID")) }
        if let left = price.coupon.remaining, price.couponState != .none {
            let total = price.coupon.total.map { "/\($0)" } ?? ""
            parts.append(pick("券剩 \(left)\(total)", "coupons left \(left)\(total)"))
        }
        if let percent = extras.mallCouponPercent {
            let from = yuan(extras.mallCouponThresholdFen ?? 0)
            let most = yuan(extras.mallCouponMaxFen)
            parts.append(
                pick(
                    "店铺券 \(percent)%（满 \(from)，最多减 \(most)）",
                    "shop's coupon \(percent)% (from \(from), \(most) at most)"))
        }
        if let fen = extras.followCouponFen {
            let from = yuan(extras.followCouponThresholdFen ?? 0)
            parts.append(
                pick(
                    "关注券 \(yuan(fen))（满 \(from)）",
                    "for following \(yuan(fen)) (from \(from))"))
        }
        if let fen = extras.extraCouponFen {
            parts.append(pick("额外券 \(yuan(fen))", "extra coupon \(yuan(fen))"))
        }
        if let fen = extras.cashGiftFen {
            parts.append(pick("礼金 \(yuan(fen))", "cash gift \(yuan(fen))"))
        }
        return parts.joined(separator: pick("；", "; "))
    }

    public func state(of price: WatchedPrice) -> String {
        switch price.state {
        case .listed: pick("在售", "offered")
        case .delisted: notOffered
        }
    }
}
