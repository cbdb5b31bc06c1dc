import Collectives

extension Communicator {
    /// Exchanges arrays.
    func exchanged(
        _ bytes: [UInt8], to destination: Int, from source: Int, count: Int, tag: Int = 0
    ) throws -> [UInt8] {
        var received = [UInt8](repeating: 0xEE, count: count)
        try bytes.withUnsafeBytes { sending in
            try received.withUnsafeMutableBytes { receiving in
                let exchange = try makeExchange(
                    sending: sending, to: destination, receiving: receiving, from: source, tag: tag)
                try exchange.start()
                try exchange.wait()
            }
        }
        return received
    }
}

func ranksAreNumbered(_ world: any Communicator) throws {
    try require(world.size >= 1, equals: true, "a world has a rank")
    let numbers = try world.allGather([UInt8(world.rank)])
    try require(numbers, equals: (0..<world.size).map { [UInt8($0)] }, "everyone's number")
    let description = world.description
    try require(
        description.processes * description.threadsPerProcess, equals: world.size, "the ranks described")
}

func exchangeAroundRing(_ world: any Communicator) throws {
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    for round in 0..<3 {
        let received = try world.exchanged(
            pattern(100, from: world.rank, salt: round), to: next, from: previous, count: 100)
        try require(received, equals: pattern(100, from: previous, salt: round), "round \(round) of the ring")
    }
}

/// Every pair swaps, the others meanwhile talk to somebody else: rank r meets k − r modulo the size.
func exchangeWithEveryPeer(_ world: any Communicator) throws {
    for meeting in 0..<world.size {
        let peer = (meeting + world.size - world.rank) % world.size
        let received = try world.exchanged(
            pattern(64, from: world.rank, salt: peer), to: peer, from: peer, count: 64)
        try require(received, equals: pattern(64, from: peer, salt: world.rank), "from peer \(peer)")
    }
}

func exchangeWithItself(_ world: any Communicator) throws {
    let bytes = pattern(33, from: world.rank)
    let received = try world.exchanged(bytes, to: world.rank, from: world.rank, count: 33)
    try require(received, equals: bytes, "from itself")
}

func exchangeNothing(_ world: any Communicator) throws {
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    try require(
        try world.exchanged([], to: next, from: previous, count: 0), equals: [],
        "zero bytes, base address or not")
    let exchange = try world.makeExchange(
        sending: UnsafeRawBufferPointer(start: nil, count: 0), to: next,
        receiving: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: previous, tag: 0)
    try exchange.start()
    try exchange.wait()
}

/// What a rank sends is not as long as what it receives, and differs from peer to peer.
func exchangeUnequalSizes(_ world: any Communicator) throws {
    func size(from: Int, to: Int) -> Int { (7 * from + 3 * to) % 11 * 100 }
    for distance in 0..<world.size {
        let next = (world.rank + distance) % world.size
        let previous = (world.rank + world.size - distance) % world.size
        let received = try world.exchanged(
            pattern(size(from: world.rank, to: next), from: world.rank), to: next, from: previous,
            count: size(from: previous, to: world.rank))
        try require(
            received, equals: pattern(size(from: previous, to: world.rank), from: previous),
            "\(size(from: previous, to: world.rank)) bytes from \(previous)")
    }
}

func exchangeMegabyte(_ world: any Communicator) throws {
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    let received = try world.exchanged(
        pattern(1 << 20, from: world.rank), to: next, from: previous, count: 1 << 20)
    try require(received, equals: pattern(1 << 20, from: previous), "a megabyte from \(previous)")
}

/// The memory stays, what is in it changes.
func repeatExchange(_ world: any Communicator) throws {
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    for count in [0, 1, 100_000] {
        let messages = Messages(count: count)
        let exchange = try messages.exchange(over: world, to: next, from: previous, tag: 0)
        for round in 0..<4 {
            messages.outgoing.copyBytes(from: pattern(count, from: world.rank, salt: round))
            try exchange.start()
            if round % 2 == 0 {
                try exchange.wait()
            } else {
                while !(try exchange.test()) {}
            }
            try require(
                Array(messages.incoming), equals: pattern(count, from: previous, salt: round),
                "round \(round) of \(count) bytes")
        }
    }
}

/// Tags tell them apart, whatever the order in which they start and are waited for.
func exchangeSeveralAtOnce(_ world: any Communicator) throws {
    let (next, previous) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    let all = (0..<5).map { _ in Messages(count: 10_000) }
    let exchanges = try all.enumerated().map { tag, messages in
        messages.outgoing.copyBytes(from: pattern(10_000, from: world.rank, salt: tag))
        return try messages.exchange(over: world, to: next, from: previous, tag: tag)
    }
    let order = world.rank % 2 == 0 ? Array(all.indices) : all.indices.reversed()
    for tag in order { try exchanges[tag].start() }
    let meanwhile = try world.exchanged(
        pattern(10, from: world.rank), to: next, from: previous, count: 10, tag: all.count)
    try require(meanwhile, equals: pattern(10, from: previous), "another exchange meanwhile")
    for tag in order.reversed() { try exchanges[tag].wait() }
    for (tag, messages) in all.enumerated() {
        try require(
            Array(messages.incoming), equals: pattern(10_000, from: previous, salt: tag), "tag \(tag)")
    }
}

/// Memory that stays where it is.
private final class Messages {
    let outgoing, incoming: UnsafeMutableRawBufferPointer

    init(count: Int) {
        outgoing = .allocate(byteCount: count, alignment: 1)
        incoming = .allocate(byteCount: count, alignment: 1)
    }

    deinit {
        outgoing.deallocate()
        incoming.deallocate()
    }

    func exchange(
        over world: any Communicator, to destination: Int, from source: Int, tag: Int
    ) throws -> any RepeatedExchange {
        try world.makeExchange(
            sending: UnsafeRawBufferPointer(outgoing), to: destination, receiving: incoming, from: source,
            tag: tag)
    }
}

func broadcastRawBytes(_ world: any Communicator) throws {
    for root in 0..<world.size {
        for count in [0, 1, 1000, 100_000] {
            var bytes = pattern(count, from: world.rank)
            try bytes.withUnsafeMutableBytes { bytes throws in try world.broadcast(bytes, from: root) }
            try require(bytes, equals: pattern(count, from: root), "\(count) bytes of root \(root)")
        }
    }
}

private struct Triple: BitwiseCopyable, Equatable {
    var integer: Int
    var number: Double
    var flag: Bool
}

func broadcastValue(_ world: any Communicator) throws {
    for root in 0..<world.size {
        let own = Triple(
            integer: world.rank + 5, number: 1 / Double(world.rank + 3), flag: world.rank % 2 == 0)
        let expected = Triple(integer: root + 5, number: 1 / Double(root + 3), flag: root % 2 == 0)
        try require(try world.broadcast(own, from: root), equals: expected, "the value of root \(root)")
    }
}

func broadcastByteArrays(_ world: any Communicator) throws {
    for root in 0..<world.size {
        for length in [0, 1, 17, 70_000] {
            // Only the root knows how many there are.
            let own = pattern(world.rank == root ? length : world.rank, from: world.rank)
            try require(
                try world.broadcast(own, from: root), equals: pattern(length, from: root),
                "\(length) bytes of root \(root)")
        }
    }
}

func gatherFromAll(_ world: any Communicator) throws {
    for count in [0, 1, 32, 10_000] {
        try require(
            try world.allGather(pattern(count, from: world.rank)),
            equals: (0..<world.size).map { pattern(count, from: $0) }, "\(count) bytes of everyone")
    }
}

func passBarriers(_ world: any Communicator) throws {
    for _ in 0..<20 { try world.barrier() }
}

/// The order is the transport's own, so the numbers are small integers, whose sums are exact in any order.
func allReduceSum(_ world: any Communicator) throws {
    for count in [0, 1, 1000, 50_000] {
        var values = (0..<count).map { Float((world.rank + 1) * ($0 % 100 + 1)) }
        try values.withUnsafeMutableBufferPointer { values throws in try world.allReduceSum(values) }
        let ranks = world.size * (world.size + 1) / 2
        try require(values, equals: (0..<count).map { Float(ranks * ($0 % 100 + 1)) }, "\(count) sums")
    }
}
