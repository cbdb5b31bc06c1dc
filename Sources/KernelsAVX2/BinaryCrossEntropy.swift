import KernelTypes

extension VectorKernels {
    public static func binaryCrossEntropy(_ count: Int, _ x: Floats, _ y: Floats, into losses: Floats) {
        mapLanes(count, x, y, into: losses) { x, y in
            let size = x.replacing(with: -x, where: x .< 0)
            let positive = x.replacing(with: 0, where: x .< 0)
            return (positive + log1p(exp(-size))).addingProduct(-x, y)
        }
    }

    public static func binaryCrossEntropyBackward(
        _ count: Int, _ x: Floats, _ y: Floats, scale: Float, into gx: Floats, beta: Float
    ) {
        let scale = Lanes(repeating: scale)
        if beta == 0 {
            mapLanes(count, x, y, into: gx) { x, y in (sigmoid(x) - y) * scale }
        } else {
            mapLanes(count, x, y, gx, into: gx) { x, y, old in (sigmoid(x) - y) * scale + old }
        }
    }
}
