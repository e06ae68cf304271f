internal import WireFormat

/// What a caller must know, as one line of JSON.
struct Announcement {
    let configuration: SandboxConfiguration
    let url: String

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("url", url)
            json.member("app_key", configuration.appKey)
            json.member("app_secret", configuration.appSecret)
            json.key("shops")
            json.array { json in
                for (number, name) in configuration.shopNames.enumerated() {
                    let session = ShopSession(seed: configuration.seed, shop: number)
                    json.object {
                        $0.member("name", name)
                        $0.member("session", session.token)
                    }
                }
            }
        }
        return json.text
    }
}
