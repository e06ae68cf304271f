internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import WireFormat

/// Gathers one request after the other from a connection and writes what the gateway answers.
final class GatewayHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let gateway: NIOLoopBoundBox<SimulatedGateway>
    private let machineMilliseconds: @Sendable () -> Int64
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(
        gateway: NIOLoopBoundBox<SimulatedGateway>,
        machineMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.gateway = gateway
        self.machineMilliseconds = machineMilliseconds
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
            if body.count > bodyBytesMax { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            self.head = nil
            respond(to: head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        // The parser knows HTTP's methods and stops at any other, so the connection ends.
        let isUnknownMethod = error == .invalidMethod
        let body = isUnknownMethod ? "not implemented\n" : "this is not HTTP\n"
        var answer = GatewayAnswer(body: Array(body.utf8), date: gateway.value.now)
        answer.status = isUnknownMethod ? 501 : 400
        answer.contentType = "text/plain;charset=UTF-8"
        write(answer, isHead: false, isKeptAlive: false, context)
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let halves = head.uri.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = GatewayRequest(
            verb: head.method.rawValue, path: String(halves[0]),
            query: halves.count == 2 ? Array(halves[1].utf8) : [], body: body)
        if let host = head.headers.first(name: "Host") { request.host = host }
        guard isAllowed(request, context) else {
            context.close(promise: nil)
            return
        }
        let answer = gateway.value.handle(request, machineMilliseconds: machineMilliseconds())
        guard answer.delayMilliseconds > 0 else {
            write(
                answer, isHead: head.method == .HEAD, isKeptAlive: head.isKeepAlive, context)
            return
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (isHead, isKeptAlive) = (head.method == .HEAD, head.isKeepAlive)
        context.eventLoop.scheduleTask(in: .milliseconds(answer.delayMilliseconds)) {
            let (handler, context) = bound.value
            guard context.channel.isActive else { return }
            handler.write(answer, isHead: isHead, isKeptAlive: isKeptAlive, context)
        }
    }

    /// - Parameter isHead: the answer's head alone, as it would be with the body.
    private func write(
        _ answer: GatewayAnswer, isHead: Bool, isKeptAlive: Bool, _ context: ChannelHandlerContext
    ) {
        switch answer.fate {
        case .lost: return
        case .reset:
            reset(context)
            return
        case .delivered, .cut: break
        }
        let isCut = answer.fate == .cut
        let isKeptAlive = isKeptAlive && !isCut
        var headers = HTTPHeaders()
        headers.add(name: "Date", value: UTCText.httpDate(answer.date))
        headers.add(name: "Content-Type", value: answer.contentType)
        headers.add(name: "Content-Length", value: "\(answer.body.count)")
        headers.add(name: "Connection", value: isKeptAlive ? "keep-alive" : "close")
        if let location = answer.location { headers.add(name: "Location", value: location) }
        if let allow = answer.allow { headers.add(name: "Allow", value: allow) }
        let status = HTTPResponseStatus(statusCode: answer.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let bytes = isCut ? answer.body.prefix(answer.body.count / 2) : answer.body[...]
            let buffer = context.channel.allocator.buffer(bytes: bytes)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        if isCut {
            // The end part is never written: it would make the encoder end the body as complete.
            context.flush()
            context.close(promise: nil)
            return
        }
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !isKeptAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            sent.whenComplete { _ in bound.value.close(promise: nil) }
        }
    }

    /// Closes the connection so that the peer sees a reset and not an orderly end.
    private func reset(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let socket = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    /// Switching is for tests on the same machine, even if the gateway listens elsewhere.
    private func isAllowed(_ request: GatewayRequest, _ context: ChannelHandlerContext) -> Bool {
        guard request.path == "/_control", let peer = context.remoteAddress?.ipAddress else {
            return true
        }
        return peer.hasPrefix("127.") || peer == "::1"
    }

    /// Far above any call of ours; a bound against mistakes.
    private let bodyBytesMax = 1 << 20
}
