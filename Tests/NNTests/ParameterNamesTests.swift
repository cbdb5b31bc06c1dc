import NN
import Testing

/// A parameter's name and shape, as PyTorch's `state_dict` lists them.
struct Listed: Equatable, Sendable {
    let name: String
    let shape: [Int]

    init(_ name: String, _ shape: [Int]) { (self.name, self.shape) = (name, shape) }
}

@Suite struct ParameterNamesTests {
    private func listed(_ module: any Module) -> [Listed] {
        module.namedParameters.map { Listed($0.name, $0.parameter.shape) }
    }

    @Test func lstmClassifier() throws {
        #expect(
            try listed(RecurrentClassifier(.lstm, .mnist, hidden: 100)) == [
                Listed("lstm.weight_ih_l0", [400, 28]), Listed("lstm.weight_hh_l0", [400, 100]),
                Listed("lstm.bias_ih_l0", [400]), Listed("lstm.bias_hh_l0", [400]),
                Listed("fc.weight", [10, 100]), Listed("fc.bias", [10]),
            ])
    }

    @Test func gruAndRNNClassifiers() throws {
        for (name, kind, gates) in [("gru", RecurrentKind.gru, 3), ("rnn", .rnn(.tanh), 1)] {
            #expect(
                try listed(RecurrentClassifier(kind, .mnist, hidden: 100)) == [
                    Listed("\(name).weight_ih_l0", [gates * 100, 28]),
                    Listed("\(name).weight_hh_l0", [gates * 100, 100]),
                    Listed("\(name).bias_ih_l0", [gates * 100]), Listed("\(name).bias_hh_l0", [gates * 100]),
                    Listed("fc.weight", [10, 100]), Listed("fc.bias", [10]),
                ])
        }
    }

    @Test func recurrentLayersInBothDirections() {
        let network = Recurrent(.lstm, features: 3, hidden: 5, layers: 2, isBidirectional: true)
        let expected = [("l0", 3), ("l0_reverse", 3), ("l1", 10), ("l1_reverse", 10)].flatMap {
            suffix, inputs in
            [
                Listed("weight_ih_\(suffix)", [20, inputs]), Listed("weight_hh_\(suffix)", [20, 5]),
                Listed("bias_ih_\(suffix)", [20]), Listed("bias_hh_\(suffix)", [20]),
            ]
        }
        #expect(listed(network) == expected)
    }

    @Test func cnn() throws {
        #expect(
            try listed(CNN(.mnist)) == [
                Listed("conv1.weight", [32, 1, 5, 5]), Listed("conv1.bias", [32]),
                Listed("conv2.weight", [64, 32, 5, 5]), Listed("conv2.bias", [64]),
                Listed("fc1.weight", [128, 1024]), Listed("fc1.bias", [128]),
                Listed("fc2.weight", [10, 128]), Listed("fc2.bias", [10]),
            ])
    }

    @Test func lenet5() throws {
        #expect(
            try listed(LeNet5(.mnist)) == [
                Listed("conv1.weight", [6, 1, 5, 5]), Listed("conv1.bias", [6]),
                Listed("conv2.weight", [16, 6, 5, 5]), Listed("conv2.bias", [16]),
                Listed("fc1.weight", [120, 400]), Listed("fc1.bias", [120]),
                Listed("fc2.weight", [84, 120]), Listed("fc2.bias", [84]),
                Listed("rbf.weight", [10, 84]),
            ])
    }

    @Test func perceptron() throws {
        #expect(try listed(Perceptron(.mnist)) == [Listed("fc.weight", [10, 784]), Listed("fc.bias", [10])])
    }

    @Test func mlp() throws {
        #expect(
            try listed(MLP(.mnist)) == [
                Listed("fc1.weight", [128, 784]), Listed("fc1.bias", [128]),
                Listed("fc2.weight", [10, 128]), Listed("fc2.bias", [10]),
            ])
    }

    @Test func rowGenerator() throws {
        #expect(
            try listed(RowGenerator(.mnist, hidden: 100)) == [
                Listed("embedding.weight", [10, 16]), Listed("lstm.weight_ih_l0", [400, 32]),
                Listed("lstm.weight_hh_l0", [400, 100]), Listed("lstm.bias_ih_l0", [400]),
                Listed("lstm.bias_hh_l0", [400]), Listed("fc.weight", [28, 100]), Listed("fc.bias", [28]),
            ])
    }

    @Test func digitReader() throws {
        #expect(
            try listed(DigitReader(strips(of: 3), hidden: 100)) == [
                Listed("encoder.weight_ih_l0", [400, 28]), Listed("encoder.weight_hh_l0", [400, 100]),
                Listed("encoder.bias_ih_l0", [400]), Listed("encoder.bias_hh_l0", [400]),
                Listed("embedding.weight", [11, 16]),
                Listed("decoder.weight_ih_l0", [400, 16]), Listed("decoder.weight_hh_l0", [400, 100]),
                Listed("decoder.bias_ih_l0", [400]), Listed("decoder.bias_hh_l0", [400]),
                Listed("fc.weight", [10, 100]), Listed("fc.bias", [10]),
            ])
    }
}
