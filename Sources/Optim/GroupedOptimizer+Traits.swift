import Kernels

extension GroupedOptimizer {
    /// Numbers that tell it from others: what the rule makes of a few parameters in three steps, and the stretches that are
    /// trained in another way than the rest.
    public var traits: [Double] {
        let ways = stretches.flatMap { stretch -> [Double] in
            let group = stretch.group.map { groups[$0] }
            return [
                Double(stretch.range.lowerBound), Double(stretch.range.upperBound), group?.rateFactor ?? 1,
                group?.weightDecay ?? optimizer.weightDecay, group?.isFrozen == true ? 1 : 0,
            ]
        }
        return trial + ways
    }

    private var trial: [Double] {
        let (count, room) = (16, 32)  // kernels may read whole vectors
        let memory = (0..<2 + stateNames.count).map { _ in
            let values = UnsafeMutableRawBufferPointer.allocate(
                byteCount: room * MemoryLayout<Float>.stride, alignment: 64
            ).bindMemory(to: Float.self)
            values.initialize(repeating: 0)
            return values
        }
        defer { for values in memory { values.deallocate() } }
        let buffers = memory.map { $0.baseAddress! }
        for place in 0..<count { buffers[0][place] = 1 / Float(place + 1) }
        for step in 0..<3 {
            for place in 0..<count { buffers[1][place] = Float((place * 7 + step * 5) % 11 - 5) / 8 }
            optimizer.update(
                ParameterUpdate(
                    0..<count, parameters: buffers[0], gradients: buffers[1], state: Array(buffers[2...]),
                    scale: 0.5, learningRate: 0.01, weightDecay: optimizer.weightDecay, step: step))
        }
        return (0..<count).map { Double(buffers[0][$0]) }
    }
}
