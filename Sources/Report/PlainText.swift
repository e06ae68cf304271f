import ProgramSupport

/// Text that others wrote, made fit to be shown.
public enum PlainText {
    /// One line without what a terminal obeys: controls, and marks that turn its direction.
    public static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
            case .format where scalar != "\u{200D}": break  // The joiner makes one emoji of two.
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// At most so many columns, the last of them an ellipsis if something is missing.
    public static func cut(_ text: String, columnsMax: Int) -> String {
        guard DisplayText.width(text) > columnsMax else { return text }
        var cut = ""
        var width = 0
        for character in text {
            width += DisplayText.width(String(character))
            if width > columnsMax - 1 { break }
            cut.append(character)
        }
        return cut + "…"
    }
}
