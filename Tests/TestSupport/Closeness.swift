/// Where two runs of numbers differ by more than `atol + rtol·|expected|`, in words, or nil.
///
/// Infinities and NaN match only themselves.
public func mismatch(
    _ actual: [Float], _ expected: [Double], atol: Double = 1e-5, rtol: Double = 1e-4
) -> String? {
    guard actual.count == expected.count else {
        return "expected \(expected.count) numbers, got \(actual.count)"
    }
    let wrong = actual.indices.filter { index in
        let (value, target) = (Double(actual[index]), expected[index])
        let isSame = value == target || (value.isNaN && target.isNaN)
        return !isSame && !(target.isFinite && abs(value - target) <= atol + rtol * abs(target))
    }
    guard let first = wrong.first else { return nil }
    return "\(wrong.count) of \(actual.count) differ; [\(first)] is \(actual[first]), not \(expected[first])"
}

/// Where two runs of numbers differ by more than `atol + rtol·|expected|`, in words, or nil.
public func mismatch(
    _ actual: [Float], _ expected: [Float], atol: Double = 1e-5, rtol: Double = 1e-4
) -> String? {
    mismatch(actual, expected.map(Double.init), atol: atol, rtol: rtol)
}

/// The numbers' bits, by which NaN and the sign of zero count.
public func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

/// `count` numbers of random sign, 0.5 ... 1.5 times `scale` away from zero: no quotient or kink lies close.
public func awayFromZero(_ count: Int, seed: UInt64 = 1, scale: Float = 1) -> [Float] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in
        Float.random(in: 0.5...1.5, using: &random) * (Bool.random(using: &random) ? scale : -scale)
    }
}
