internal import NIOCore
internal import NIOHTTP1
internal import WireFormat

/// One connection: hands each request over and writes its answer. NIO's pipeline handler before
/// it holds a further request back until the answer is written.
final class WebHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let connections: OpenConnections
    private let patience: TimeAmount
    private let inbox: AsyncStream<WebServer.Exchange>.Continuation
    private var head: HTTPRequestHead?
    private var deadline: Scheduled<Void>?

    /// The headers that anything here looks at.
    private static let headers = [
        "host", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "authorization",
        "if-none-match",
    ]

    /// Longest body that is skipped.
    private static let bodyBytesMax = 4_096

    init(
        connections: OpenConnections, patience: TimeAmount,
        inbox: AsyncStream<WebServer.Exchange>.Continuation
    ) {
        self.connections = connections
        self.patience = patience
        self.inbox = inbox
    }

    // MARK: Connection

    func channelActive(context: ChannelHandlerContext) {
        guard connections.admit(context.channel) else {
            context.close(promise: nil)
            return
        }
        setDeadline(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        connections.remove(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        // The parser knows HTTP's methods and stops at any other, so the connection ends.
        let reply =
            error == .invalidMethod
            ? WebReply(refusing: 501, "only GET, HEAD and OPTIONS are implemented")
            : WebReply(refusing: 400, "the request cannot be read")
        write(reply, isHead: false, isKeptAlive: false, context)
    }

    /// Bytes do not move it: a peer that sends one now and then is cut off all the same.
    private func setDeadline(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let isLong =
                head.headers.contains(name: "transfer-encoding")
                || head.headers["content-length"].contains {
                    Int($0).map { $0 > Self.bodyBytesMax } ?? true
                }
            if isLong {
                refuse(WebReply(refusing: 413, "no body is expected"), to: head, context)
            } else {
                self.head = head
            }
        case .body:
            break  // Nothing here takes one: it is skipped, and the connection stays open.
        case .end:
            guard let head else { return }
            self.head = nil
            setDeadline(context)
            handOver(head, context)
        }
    }

    /// What the request's body would hold is not read: the connection ends.
    private func refuse(
        _ reply: WebReply, to head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        guard self.head == nil else { return }
        write(reply, isHead: false, isKeptAlive: false, context)
    }

    private func handOver(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard let request = Self.request(head, context.localAddress?.ipAddress) else {
            let reply = WebReply(refusing: 400, "that is no address of this server")
            write(reply, isHead: false, isKeptAlive: false, context)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let isKeptAlive = head.isKeepAlive
        let eventLoop = context.eventLoop
        inbox.yield(
            WebServer.Exchange(request: request) { reply in
                eventLoop.execute {
                    let (handler, context) = bound.value
                    guard context.channel.isActive else { return }
                    handler.write(
                        reply, isHead: request.method == "HEAD", isKeptAlive: isKeptAlive, context)
                }
            })
    }

    private static func request(_ head: HTTPRequestHead, _ local: String?) -> WebRequest? {
        guard head.uri.utf8.first == UInt8(ascii: "/") else { return nil }
        let halves = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [String: String] = [:]
        if halves.count == 2 {
            guard let members = FormEncoding.decode(Array(halves[1].utf8)) else { return nil }
            for (name, value) in members { query[name] = value }
        }
        var headers: [String: [String]] = [:]
        for name in Self.headers {
            let values = head.headers[name]
            if !values.isEmpty { headers[name] = values }
        }
        return WebRequest(
            method: head.method.rawValue, path: String(halves[0]), query: query, headers: headers,
            localAddress: local)
    }

    // MARK: Answers

    private func write(
        _ reply: WebReply, isHead: Bool, isKeptAlive: Bool, _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders()
        let isNotModified = reply.status == 304
        if !isNotModified {
            headers.add(name: "Content-Type", value: reply.contentType)
            headers.add(name: "Content-Length", value: "\(reply.body.count)")
        }
        for (name, value) in WebHeaders.common { headers.add(name: name, value: value) }
        for (name, value) in reply.headers { headers.replaceOrAdd(name: name, value: value) }
        headers.add(name: "Connection", value: isKeptAlive ? "keep-alive" : "close")
        let status = HTTPResponseStatus(statusCode: reply.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, !isNotModified, !reply.body.isEmpty {
            let buffer = context.channel.allocator.buffer(bytes: reply.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if isKeptAlive {
            setDeadline(context)
        } else {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            sent.whenComplete { _ in bound.value.close(promise: nil) }
        }
    }
}
