import KernelTypes

extension VectorKernels {
    public static func multiplyAdds(rounds count: Int) -> (operations: Int, sink: Float) {
        var sums = InlineArray<12, Lanes>(repeating: Lanes(repeating: 1))
        let (a, b) = (Lanes(repeating: 1 + Float(count % 2) * 1e-9), Lanes(repeating: 1e-9))
        for _ in 0..<count {
            for i in 0..<12 { sums[i] = b.addingProduct(sums[i], a) }
        }
        var total = Lanes.zero
        for i in 0..<12 { total += sums[i] }
        return (count * 12 * Lanes.scalarCount * 2, total[0])
    }
}
