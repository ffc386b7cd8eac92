export { diagnosisCauses, type DiagnosisCause, type DiagnosisFinding } from './diagnose/causes.ts'
export { diagnose, type DiagnoseOptions, type Diagnosis } from './diagnose/diagnose.ts'
