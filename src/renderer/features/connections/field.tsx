export { Field, Segments } from '#renderer/ui/field.tsx';
