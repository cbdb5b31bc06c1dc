import KernelTypes

extension VectorKernels {
    public static func scalePixels(_ count: Int, _ x: UnsafePointer<UInt8>, into y: Floats) {
        let bytes = UnsafeRawPointer(x)
        var i = 0
        while i + 16 <= count {
            y.store(scaled(bytes.loadUnaligned(fromByteOffset: i, as: SIMD16<UInt8>.self)), i)
            i += 16
        }
        while i < count {
            y[i] = Float(x[i]) / 255
            i += 1
        }
    }
}

@inline(__always)
private func scaled(_ bytes: SIMD16<UInt8>) -> SIMD16<Float> {
    var values = SIMD16<Float>.zero
    for lane in 0..<16 { values[lane] = Float(bytes[lane]) }
    let reciprocal = SIMD16<Float>(repeating: 1 / 255)
    let quotient = values * reciprocal
    let remainder = values.addingProduct(quotient, SIMD16(repeating: -255))
    return quotient.addingProduct(remainder, reciprocal)
}
