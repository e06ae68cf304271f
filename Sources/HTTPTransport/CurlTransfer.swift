internal import CCurl
internal import Glibc

/// One request under way; used by the worker's thread alone.
final class CurlTransfer {
    let handle: UnsafeMutableRawPointer
    let job: CurlWorker.Job
    fileprivate(set) var body: [UInt8] = []
    fileprivate var date = ""
    fileprivate var contentType = ""
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// A larger answer is none: a page of orders has some hundred kilobytes. The transfer ends
    /// there, so that no answer costs more to receive than this.
    static let bodySizeMax = 16 << 20
    /// The same for an answer whose status says that it failed.
    static let errorSizeMax = 1 << 20

    fileprivate var redirectHost: String?
    private var declaredSize = 0
    private var isTooLarge = false

    init(handle: UnsafeMutableRawPointer, job: CurlWorker.Job, reserving size: Int) {
        self.handle = handle
        self.job = job
        body.reserveCapacity(size)
    }

    /// - Parameter caFile: certificates of CAs to trust; nil for libcurl's own.
    func configure(caFile: String?, proxy: String?) {
        let request = job.request
        let me = Unmanaged.passUnretained(self).toOpaque()
        ccurl_setopt_string(handle, CURLOPT_URL, request.url)
        ccurl_setopt_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_setopt_string(handle, CURLOPT_USERAGENT, "ordersync")
        ccurl_setopt_string(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        ccurl_setopt_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_setopt_long(handle, CURLOPT_TCP_NODELAY, 1)
        ccurl_setopt_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_setopt_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile { ccurl_setopt_string(handle, CURLOPT_CAINFO, caFile) }
        ccurl_setopt_long(
            handle, CURLOPT_CONNECTTIMEOUT_MS, min(10_000, request.timeoutMilliseconds))
        ccurl_setopt_long(handle, CURLOPT_TIMEOUT_MS, request.timeoutMilliseconds)
        if let proxy { ccurl_setopt_string(handle, CURLOPT_PROXY, proxy) }
        if GatewayURL.isLoopback(request.url) {
            // A proxy for the outside must not be asked for this machine.
            ccurl_setopt_string(handle, CURLOPT_PROXY, "")
        }
        // No `Expect: 100-continue`: it costs a round trip and some gateways never answer it.
        headers = curl_slist_append(headers, "Expect:")
        headers = curl_slist_append(headers, "Accept: application/json")
        if let form = request.body {
            headers = curl_slist_append(headers, "Content-Type: \(request.contentType)")
            ccurl_setopt_long(handle, CURLOPT_POST, 1)
            ccurl_setopt_long(handle, CURLOPT_POSTFIELDSIZE, form.count)
            form.withUnsafeBytes { bytes in
                _ = ccurl_setopt_pointer(
                    handle, CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
        }
        ccurl_setopt_list(handle, CURLOPT_HTTPHEADER, headers)
        ccurl_setopt_data_callback(handle, CURLOPT_WRITEFUNCTION, receiveBody)
        ccurl_setopt_pointer(handle, CURLOPT_WRITEDATA, me)
        ccurl_setopt_connected_callback(handle, CURLOPT_PREREQFUNCTION, aboutToSend)
        ccurl_setopt_pointer(handle, CURLOPT_PREREQDATA, me)
        ccurl_setopt_data_callback(handle, CURLOPT_HEADERFUNCTION, receiveHeader)
        ccurl_setopt_pointer(handle, CURLOPT_HEADERDATA, me)
    }

    func release() {
        curl_slist_free_all(headers)
        headers = nil
    }

    func result(_ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        if isTooLarge, status == 200 { return .failure(.tooLarge) }
        // Of an error the status says enough.
        if isTooLarge { body = [] }
        guard code == CURLE_OK || isTooLarge else { return .failure(error(code)) }
        guard let body = BodyText.utf8(body, contentType: contentType) else {
            return .failure(.undecodable)
        }
        return .success(
            HTTPResponse(
                status: status, body: body.text, encoding: body.encoding, date: date,
                redirectHost: redirectHost))
    }

    private var status: Int { info(CURLINFO_RESPONSE_CODE) }

    private func info(_ info: CURLINFO) -> Int {
        var value = 0
        ccurl_getinfo_long(handle, info, &value)
        return value
    }

    private func error(_ code: CURLcode) -> TransportError {
        let reason = String(cString: curl_easy_strerror(code))
        let proxyStatus = info(CURLINFO_HTTP_CONNECTCODE)
        if proxyStatus >= 300 { return .proxyRefused(proxyStatus) }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unknownHost(reason)
        case CURLE_COULDNT_CONNECT: return .cannotConnect(reason)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            return .untrusted(verification(reason))
        case CURLE_SSL_CACERT_BADFILE:
            return .untrusted("the CA file cannot be used; check `ca_file` in [network]")
        case CURLE_SSL_CONNECT_ERROR:
            return .untrusted("\(reason); check any proxy between, and `gateway` of the app")
        case CURLE_ABORTED_BY_CALLBACK: return .broken("a kept connection was closed")
        case CURLE_URL_MALFORMAT: return .refusedURL
        default: return .broken(reason)
        }
    }

    /// Why OpenSSL does not take the certificate (X509_V_ERR_*, x509_vfy.h).
    private func verification(_ reason: String) -> String {
        switch info(CURLINFO_SSL_VERIFYRESULT) {
        case 2, 18, 19, 20, 21:
            "the certificate is signed by a CA that this machine does not trust, such as that of a "
                + "company's proxy: set `ca_file` in [network] to the CA's certificate"
        case 9, 10:
            "the certificate is not valid at this machine's time; check the clock"
        case 0, 62:
            "the certificate is for another host; check `gateway` of the app, and any proxy between"
        default:
            "\(reason); check the machine's certificates and any proxy between"
        }
    }

    // MARK: From the callbacks

    private var isSent = false

    /// libcurl sends a request again when a kept connection turns out to be dead. Each
    /// sending is a call at the platform, so only the caller, who counts them, may repeat one.
    fileprivate func maySend() -> Bool {
        defer { isSent = true }
        return !isSent
    }

    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let sizeMax = status == 200 ? Self.bodySizeMax : Self.errorSizeMax
        guard max(declaredSize, body.count + bytes.count) <= sizeMax else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate func receive(headerLine bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        switch line[..<colon].lowercased() {
        case "date":
            date = String(value.prefix { $0 != "\r\n" && $0 != "\r" && $0 != "\n" })
        case "content-type":
            contentType = String(value)
        case "content-length":
            declaredSize = Int(value.prefix { $0.isNumber }) ?? 0
            if declaredSize <= Self.bodySizeMax { body.reserveCapacity(declaredSize) }
        case "location":
            redirectHost = RedirectTarget.host(of: String(value))
        default:
            break
        }
    }
}

private func aboutToSend(
    _ context: UnsafeMutableRawPointer?, _ theirAddress: UnsafeMutablePointer<CChar>?,
    _ ourAddress: UnsafeMutablePointer<CChar>?, _ theirPort: Int32, _ ourPort: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let data, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    return transfer.receive(bytes) ? bytes.count : 0
}

private func receiveHeader(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let data, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    transfer.receive(headerLine: bytes)
    return bytes.count
}
