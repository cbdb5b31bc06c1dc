import Determinism
import Glibc
import Limits
import TensorEngine

/// A tensor that training changes, and how it begins.
///
/// Its memory is taken when its tensor is first asked for, or given by `bind`: a network that is only looked at, to compare
/// its shapes with a file's, takes none.
public final class Parameter {
    public let shape: [Int]
    public let initialization: Initialization
    private var memory: Tensor?

    public init(_ shape: [Int], _ initialization: Initialization) {
        _ = Memory.count(of: shape)
        self.shape = shape
        self.initialization = initialization
    }

    public var tensor: Tensor {
        if let memory { return memory }
        let tensor = Tensor(zeros: shape, requiresGradient: true)
        memory = tensor
        return tensor
    }

    /// Makes it read its values from, or write its gradient to, memory of its size.
    public func bind(values: Storage? = nil, gradient: Storage? = nil) {
        if memory == nil, let values {
            memory = Tensor(shape: shape, storage: values, requiresGradient: true)
        }
        tensor.bind(values: values, gradient: gradient)
    }
}

/// The distribution of a parameter's first values.
public enum Initialization: Sendable {
    /// Uniform over −bound ..< bound.
    case uniform(bound: Float)
    /// Normal around 0.
    case normal(deviation: Float)
    /// The same value everywhere.
    case constant(Float)

    /// PyTorch's default for a layer that sums `fanIn` inputs: uniform within ±1/√fanIn.
    public static func torchDefault(fanIn: Int) -> Self { .uniform(bound: 1 / Float(fanIn).squareRoot()) }

    /// Fills `tensor` as a pure function of (seed, name).
    public func fill(_ tensor: Tensor, seed: UInt64, name: String) {
        var stream = RandomStream(seed: seed, name: name)
        switch self {
        case .uniform(let bound):
            for i in 0..<tensor.count { tensor.pointer[i] = (2 * stream.nextUnit() - 1) * bound }
        case .normal(let deviation):
            for i in 0..<tensor.count { tensor.pointer[i] = stream.nextNormal() * deviation }
        case .constant(let value):
            for i in 0..<tensor.count { tensor.pointer[i] = value }
        }
    }
}

extension RandomStream {
    /// A number from the standard normal distribution (Box & Muller 1958): `√(−2 ln u) · cos 2πv`.
    mutating func nextNormal() -> Float {
        let (u, v) = (1 - Double(nextUnit()), Double(nextUnit()))  // 0 < u ≤ 1
        return Float((-2 * log(u)).squareRoot() * cos(2 * Double.pi * v))
    }
}
