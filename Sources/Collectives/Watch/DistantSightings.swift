import Glibc

/// Datagrams in which the processes of several hosts show each other their ranks, beside MPI, in which a rank may wait for
/// ever: rank 0's process, the hub, gets everyone's, and all get the hub's. Over IPv4; where none comes through, hosts know
/// of their own ranks alone.
///
/// `@unchecked Sendable`: the watch's thread alone uses it, once it is made.
final class DistantSightings: @unchecked Sendable {
    /// How many addresses of the hub are tried.
    static let mostAddresses = 16
    private static let numbersPerRank = 5
    /// As many as go into one packet of an ordinary network.
    private static let ranksPerDatagram = 32

    /// What every datagram begins with: strangers do not know it.
    private let job: Int
    private let ranks: Int
    private let socket: Int32
    private let isHub: Bool
    /// Whom it sends to: of a hub those that it has heard from, of others the hub by all its addresses, until it answers
    /// by one.
    private var peers: [sockaddr_in]
    private var buffer: [Int]

    private init?(_ peers: [sockaddr_in], isHub: Bool, ranks: Int, job: Int) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        (self.peers, self.isHub, self.ranks, self.job) = (peers, isHub, ranks, job)
        buffer = Array(repeating: 0, count: 2 + Self.ranksPerDatagram * Self.numbersPerRank)
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        let status = withUnsafeBytes(of: &own) { own in
            own.withMemoryRebound(to: sockaddr.self) {
                Glibc.bind(socket, $0.baseAddress, Self.addressLength)
            }
        }
        if status != 0 { return nil }
    }

    /// Rank 0's, which others send to.
    ///
    /// - Parameters:
    ///   - ranks: of the job.
    ///   - job: a number that no other job has.
    convenience init?(hubOf ranks: Int, job: Int) { self.init([], isHub: true, ranks: ranks, job: job) }

    /// Another process's.
    ///
    /// - Parameter hub: the addresses of rank 0's host; zeros are none.
    convenience init?(hub: [UInt32], port: Int, ranks: Int, job: Int) {
        let peers = hub.filter { $0 != 0 }.map { address in
            var peer = sockaddr_in()
            peer.sin_family = sa_family_t(AF_INET)
            peer.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
            peer.sin_addr.s_addr = address
            return peer
        }
        self.init(peers, isHub: false, ranks: ranks, job: job)
    }

    deinit { close(socket) }

    private static let addressLength = socklen_t(MemoryLayout<sockaddr_in>.size)

    /// Where others send to.
    var port: Int {
        var own = sockaddr_in()
        var length = Self.addressLength
        let status = withUnsafeMutableBytes(of: &own) { own in
            own.withMemoryRebound(to: sockaddr.self) { getsockname(socket, $0.baseAddress, &length) }
        }
        return status == 0 ? Int(UInt16(bigEndian: own.sin_port)) : 0
    }

    /// The addresses of this host by which others may reach it, filled up with zeros.
    static func addresses() -> [UInt32] {
        var found: [UInt32] = []
        var first: UnsafeMutablePointer<ifaddrs>?
        if getifaddrs(&first) == 0 {
            var next = first
            while let interface = next?.pointee {
                next = interface.ifa_next
                guard let address = interface.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
                    interface.ifa_flags & UInt32(IFF_UP) != 0,
                    interface.ifa_flags & UInt32(IFF_LOOPBACK) == 0
                else { continue }
                found.append(
                    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        $0.pointee.sin_addr.s_addr
                    })
            }
            freeifaddrs(first)
        }
        return Array((found + Array(repeating: 0, count: mostAddresses)).prefix(mostAddresses))
    }

    /// Shows this process's ranks to the others.
    func send(_ sightings: [(rank: Int, sighting: Sighting)]) {
        for start in stride(from: 0, to: sightings.count, by: Self.ranksPerDatagram) {
            let part = sightings[start..<min(start + Self.ranksPerDatagram, sightings.count)]
            (buffer[0], buffer[1]) = (job, part.count)
            var place = 2
            for (rank, sighting) in part {
                let numbers = [
                    rank, sighting.beats, sighting.place.bits, sighting.milliseconds, sighting.rounds,
                ]
                buffer.replaceSubrange(place..<place + numbers.count, with: numbers)
                place += numbers.count
            }
            for index in peers.indices {
                _ = buffer.withUnsafeBytes { bytes in
                    withUnsafeBytes(of: &peers[index]) { peer in
                        peer.withMemoryRebound(to: sockaddr.self) {
                            sendto(
                                socket, bytes.baseAddress, place * MemoryLayout<Int>.size,
                                Int32(MSG_DONTWAIT), $0.baseAddress, Self.addressLength)
                        }
                    }
                }
            }
        }
    }

    /// Takes in what has come from others, which may be nothing.
    func receive(_ see: (_ rank: Int, Sighting) -> Void) {
        // However many come, the watch has more to do.
        for _ in 0..<10 * max(ranks, 100) {
            var peer = sockaddr_in()
            var length = Self.addressLength
            let count = buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutableBytes(of: &peer) { peer in
                    peer.withMemoryRebound(to: sockaddr.self) {
                        recvfrom(
                            socket, bytes.baseAddress, bytes.count,
                            Int32(MSG_DONTWAIT | MSG_TRUNC), $0.baseAddress, &length)
                    }
                }
            }
            if count < 0 { return }
            guard count >= 2 * MemoryLayout<Int>.size, buffer[0] == job,
                0...Self.ranksPerDatagram ~= buffer[1],
                count == (2 + buffer[1] * Self.numbersPerRank) * MemoryLayout<Int>.size
            else { continue }
            answer(to: peer)
            for index in 0..<buffer[1] {
                let place = 2 + index * Self.numbersPerRank
                guard 0..<ranks ~= buffer[place] else { continue }
                see(
                    buffer[place],
                    Sighting(
                        beats: buffer[place + 1], place: Place(bits: buffer[place + 2]),
                        milliseconds: buffer[place + 3], rounds: buffer[place + 4]))
            }
        }
    }

    /// Sends to whom it hears from.
    private func answer(to peer: sockaddr_in) {
        func isSame(_ other: sockaddr_in) -> Bool {
            other.sin_addr.s_addr == peer.sin_addr.s_addr && other.sin_port == peer.sin_port
        }
        if !isHub {
            peers = [peer]
        } else if peers.count < ranks && !peers.contains(where: isSame) {
            peers.append(peer)
        }
    }
}
