import Determinism

/// Parameters of a network that are trained in another way than the rest: at another rate, with another weight decay,
/// or not at all.
///
///     [.frozen("embedding."), .undecayedVectors, ParameterGroup("fc.", rateFactor: 10)]
public struct ParameterGroup: Sendable {
    /// What the learning rate is multiplied with.
    public let rateFactor: Double
    /// In place of the optimizer's, where it is not nil.
    public let weightDecay: Double?
    /// Whether the parameters stay as they are; their gradients then count in no norm.
    public let isFrozen: Bool
    /// How the names of the parameters begin, where that tells them.
    let prefix: String?
    let contains: @Sendable (ParameterLayout.Entry) -> Bool

    private init(
        rateFactor: Double, weightDecay: Double?, isFrozen: Bool, prefix: String?,
        contains: @escaping @Sendable (ParameterLayout.Entry) -> Bool
    ) {
        precondition(rateFactor >= 0, "a learning rate's factor needs to be at least 0, got \(rateFactor)")
        precondition(weightDecay ?? 0 >= 0, "a weight decay needs to be at least 0, got \(weightDecay ?? 0)")
        self.rateFactor = rateFactor
        self.weightDecay = weightDecay
        self.isFrozen = isFrozen
        self.prefix = prefix
        self.contains = contains
    }

    /// The parameters whose names begin with `prefix`: `"encoder."`, or a full name; there must be one.
    public init(_ prefix: String, rateFactor: Double = 1, weightDecay: Double? = nil, isFrozen: Bool = false)
    {
        self.init(rateFactor: rateFactor, weightDecay: weightDecay, isFrozen: isFrozen, prefix: prefix) {
            $0.name.hasPrefix(prefix)
        }
    }

    /// The parameters that `contains` picks, if any.
    public init(
        rateFactor: Double = 1, weightDecay: Double? = nil, isFrozen: Bool = false,
        where contains: @escaping @Sendable (ParameterLayout.Entry) -> Bool
    ) {
        self.init(
            rateFactor: rateFactor, weightDecay: weightDecay, isFrozen: isFrozen, prefix: nil,
            contains: contains)
    }

    public static func frozen(_ prefix: String) -> ParameterGroup { ParameterGroup(prefix, isFrozen: true) }

    /// Biases and the scales of norms, which is to say all parameters of one dimension, without weight decay.
    public static let undecayedVectors = ParameterGroup(weightDecay: 0) { $0.shape.count <= 1 }
}

/// A group that was asked for by name, and of which a network has no parameter.
public struct ParameterGroupError: Error, CustomStringConvertible, Equatable {
    public let prefix: String
    public let parameters: [String]

    public var description: String {
        "no parameter's name begins with '\(prefix)'; the network has \(parameters.joined(separator: ", "))"
    }
}
