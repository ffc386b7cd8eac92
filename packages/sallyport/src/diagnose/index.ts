export { diagnosisCauses, type DiagnosisCause, type DiagnosisFinding } from './causes.ts'
export { diagnose, type DiagnoseOptions, type Diagnosis } from './diagnose.ts'
