// Before ONNX Runtime is loaded: from 1.29 on its Linux builds tell Microsoft of each model that is opened, and keep a database for that, unless this is set.
process.env['ORT_DISABLE_TELEMETRY'] = '1'
