import Formats
import Kernels
import Runs
import Training

extension KernelBenchmark {
    var json: JSON {
        [
            "instruction_set": .string(kernels.instructionSet), "peak_gflops": .number(peak),
            "products": .array(
                products.map {
                    [
                        "name": .string($0.name), "m": .integer($0.shape.m), "n": .integer($0.shape.n),
                        "k": .integer($0.shape.k), "ours_gflops": .number($0.result.ours),
                        "openblas_gflops": .number($0.result.openBLAS),
                        "ratio": .number($0.result.ours / $0.result.openBLAS),
                        "peak_share": .number($0.result.ours / peak),
                    ]
                }),
            "convolutions": .array(
                convolutions.map {
                    let (shape, result) = ($0.convolution.shape, $0.result)
                    return [
                        "name": .string($0.convolution.name), "batch": .integer(shape.samples),
                        "inputs": .integer(shape.channels), "outputs": .integer(shape.filters),
                        "side": .integer(shape.size), "kernel": .integer(shape.kernel),
                        "stride": .integer(shape.stride), "padding": .integer(shape.padding),
                        "pool": .integer(shape.pool), "input_gradient": .bool(shape.hasInputGradient),
                        "compared": .bool($0.convolution.isCompared),
                        "operations": .integer(result.operations), "ours_gflops": .number(result.both),
                        "forward_gflops": .number(result.forward),
                        "backward_gflops": .number(result.backward),
                        "peak_share": .number(result.both / peak),
                    ]
                }),
        ]
    }

    /// Products and convolutions for a reader.
    var table: String {
        let head = "GFLOP/s on one core, \(kernels.instructionSet), peak \(Int(peak))\n"
        return head + (products.isEmpty ? "" : productTable)
            + (convolutions.isEmpty ? "" : convolutionTable)
    }

    private var productTable: String {
        let head = "\n    m     n     k    ours  of peak  OpenBLAS  ratio  product\n"
        return products.reduce(head) { text, product in
            let (shape, result) = (product.shape, product.result)
            return text + cell(shape.m, 5) + cell(shape.n, 6) + cell(shape.k, 6) + speed(result.ours)
                + cell(Int(result.openBLAS), 10)
                + cell((result.ours / result.openBLAS * 100).rounded() / 100, 7) + "  \(product.name)\n"
        }
    }

    private var convolutionTable: String {
        let head = "\n forward  of peak backward  of peak     both  of peak  convolution\n"
        return convolutions.reduce(head) { text, convolution in
            let result = convolution.result
            return text + speed(result.forward) + speed(result.backward) + speed(result.both)
                + "  \(convolution.convolution.name)\n"
        }
    }

    /// The columns "ours" and "of peak".
    private func speed(_ ours: Double) -> String {
        cell(Int(ours), 8) + cell("\(Int((100 * ours / peak).rounded())) %", 9)
    }

    private func cell(_ value: some CustomStringConvertible, _ width: Int) -> String {
        let text = value.description
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
