internal import SyncCore
internal import WireFormat

/// The parameters of Duoduo Jinbao's methods (`pdd.ddk.*`), which promoters use.
enum DDKRequest {
    /// Pages of promoters' methods hold 10 rows at least, and 100 at most.
    private static let pageSizes = 10...100

    static func orders(_ page: PageRequest) -> [String: String] {
        [
            "start_update_time": "\(page.from.seconds)",
            "end_update_time": "\(page.through.seconds)",
            "page": "\(page.pageNumber)",
            "page_size": size(page.pageSize),
            "return_count": page.wantsTotal ? "true" : "false",
        ]
    }

    static func goods(_ query: GoodsQuery) -> [String: String] {
        var parameters: [String: String]
        if query.isDetail {
            parameters = ["goods_sign": query.goods.first ?? ""]
        } else {
            parameters = [
                "goods_sign_list": JSONWriter.list(query.goods),
                "page": "1",
                "page_size": size(query.goods.count),
                // The order of a shelf for one buyer, else: prices must not depend on who asks.
                "use_customized": "false",
            ]
        }
        guard !query.isPublic else { return parameters }
        parameters["pid"] = query.pid
        parameters["custom_parameters"] = query.customParameters
        return parameters
    }

    private static func size(_ wanted: Int) -> String {
        "\(min(max(wanted, pageSizes.lowerBound), pageSizes.upperBound))"
    }
}

extension JSONWriter {
    /// A list of texts as JSON, which such parameters hold.
    static func list(_ texts: [String]) -> String {
        var json = JSONWriter()
        json.array { json in
            for text in texts { json.value(text) }
        }
        return json.text
    }
}
