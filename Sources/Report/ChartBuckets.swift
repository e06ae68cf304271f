import OrderStore
import WireFormat

/// Days put together for a chart, so that its bars stay wide enough to be seen: weeks beyond a
/// quarter, months beyond two years.
struct ChartBuckets {
    enum Size: Equatable {
        case day, week, month
    }

    struct Bucket: Equatable {
        var firstDay: Int64
        var lastDay: Int64
        var orders: Int64
        var paidFen: Int64
        var refundFen: Int64
    }

    let size: Size
    let buckets: [Bucket]

    private static let daysMax = 93
    private static let weekDaysMax = 731

    /// - Parameter days: consecutive.
    init(days: [(day: Int64, figures: SalesFigures)]) {
        let size: Size =
            days.count <= Self.daysMax ? .day : days.count <= Self.weekDaysMax ? .week : .month
        var buckets: [Bucket] = []
        var last: Int64?
        for (day, figures) in days {
            let number = Self.number(day, size)
            if number != last || buckets.isEmpty {
                buckets.append(
                    Bucket(firstDay: day, lastDay: day, orders: 0, paidFen: 0, refundFen: 0))
                last = number
            }
            let index = buckets.count - 1
            buckets[index].lastDay = day
            buckets[index].orders += figures.orders
            buckets[index].paidFen += figures.paidFen
            buckets[index].refundFen += figures.refundFen
        }
        self.size = size
        self.buckets = buckets
    }

    /// True on Saturday and Sunday.
    static func isWeekend(_ day: Int64) -> Bool {
        let weekday = ((day + 4) % 7 + 7) % 7  // 1970-01-01 was a Thursday.
        return weekday == 0 || weekday == 6
    }

    /// The same for all days of a bucket. Weeks begin on Monday.
    private static func number(_ day: Int64, _ size: Size) -> Int64 {
        switch size {
        case .day: return day
        case .week:
            let sinceMonday = day + 3
            return (sinceMonday - ((sinceMonday % 7) + 7) % 7) / 7
        case .month:
            let date = CivilDate(daysSince1970: day)
            return Int64(date.year * 12 + date.month)
        }
    }
}
