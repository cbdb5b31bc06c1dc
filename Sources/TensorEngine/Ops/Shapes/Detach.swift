import Kernels

extension Tensor {
    /// The same values, in the same memory, through which no gradient flows back: what computed them learns nothing from
    /// what is computed of them, such as a generator from its adversary's loss.
    public func detach() -> Tensor {
        Tensor("detach", shape: shape, from: [self], storage: storage) { [x = self] y in
            if y.storage !== x.storage { y.bind(values: x.storage) }
        }.keepingSamples(of: self)
    }
}
