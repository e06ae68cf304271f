/// Text for people: tables, counts and durations.
public enum DisplayText {
    /// A table with columns as wide as their widest cell; numbers stand right.
    public static func table(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - width(cell))
                let isLast = column == row.count - 1
                if rightAligned.contains(column) {
                    line += padding + cell
                } else {
                    line += isLast ? cell : cell + padding
                }
                if !isLast { line += "  " }
            }
            return line
        }.joined(separator: "\n")
    }

    /// Columns that a text takes: Chinese characters take two.
    public static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
                0x20000...0x3FFFD:
                sum + 2
            // Accents, variation selectors and the joiner of emoji stand on what is before them.
            case 0x300...0x36F, 0xFE00...0xFE0F, 0x200B...0x200D: sum
            default: sum + 1
            }
        }
    }

    /// `1 shop`, `2 shops`.
    public static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(Int64(number))) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `1,234,567`.
    public static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// `4s`, `12m`, `3h 20m`, `5d`.
    public static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h \(seconds % 3_600 / 60)m"
        default: "\(seconds / 86_400)d"
        }
    }
}
